/* The button changes between light and dark; before that the page is as the system says, and on paper it is light. */
const probe = document.body.appendChild(document.createElement('i'))
probe.hidden = true

/** A colour of the look as it is now, for a canvas. */
export const colourOf = name => {
  probe.style.color = `var(--${name})`
  return getComputedStyle(probe).color
}

const wear = theme => {
  if (theme === undefined) delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  document.dispatchEvent(new Event('theme'))
}

document.getElementById('theme').addEventListener('click', () => {
  const isDark =
    document.documentElement.dataset.theme === 'dark' ||
    (document.documentElement.dataset.theme === undefined && matchMedia('(prefers-color-scheme: dark)').matches)
  wear(isDark ? 'light' : 'dark')
})
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => document.dispatchEvent(new Event('theme')))

let worn
addEventListener('beforeprint', () => {
  worn = document.documentElement.dataset.theme
  wear('light')
})
addEventListener('afterprint', () => wear(worn))
