/* Hides what has not all the words that are searched for. */
const search = document.getElementById('search')
const found = document.getElementById('found')
const sections = [...document.querySelectorAll('section')]

const show = () => {
  const words = search.value.toLowerCase().replaceAll('-', '').split(/\s+/).filter(Boolean)
  let count = 0
  for (const section of sections) {
    let isEmpty = true
    for (const row of section.querySelectorAll('tbody tr')) {
      const text = row.textContent.toLowerCase().replaceAll('-', '')
      row.hidden = !words.every(word => text.includes(word))
      if (row.hidden) continue
      isEmpty = false
      count += 1
    }
    section.hidden = isEmpty
  }
  found.textContent = words.length === 0 ? '' : `${count} found`
}

search.addEventListener('input', show)
document.addEventListener('keydown', event => {
  if (event.key !== '/' || event.target === search) return
  event.preventDefault()
  search.focus()
})
show()
