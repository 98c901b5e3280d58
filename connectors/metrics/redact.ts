/** What stands where a secret stood. */
export const HIDDEN = '***'

/** Parts of names whose values are secrets, and words that make a name one. */
const PARTS = /passw|passphrase|secret|token|authorization|credential|cookie|apikey|accesskey|privatekey/
const WORDS: ReadonlySet<string> = new Set(['key', 'pass', 'pwd', 'auth', 'jwt'])

/**
 * Whether a field of this name holds a secret. Names that only might are taken for one: a word too few in a log is
 * better than a password in it.
 *
 * @example
 * ['apiKey', 'sasl_password', 'Authorization', 'instrument'].map(isSecret) // => [true, true, true, false]
 */
export const isSecret = (name: string): boolean =>
  PARTS.test(name.toLowerCase().replace(/[^a-z]/g, '')) || wordsOf(name).some(word => WORDS.has(word))

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)

/** As they stand before `=` or `:` in a text; and values that may hold spaces. */
const NAMES = 'passw(?:or)?d|passphrase|secret|token|(?:api|private|access)[-_]?key'
const QUOTED = `"[^"]*"|'[^']*'`

/** Every repetition is bounded, so that no text takes long. */
const secrets: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]{0,40}-----|$)/g, HIDDEN],
  // user:password@host, where the password may hold what it should not; and token@host
  [/:\/\/([^\s:/@]{0,256}):[^\s"'<>]{0,1024}@/g, `://$1:${HIDDEN}@`],
  [/:\/\/[^\s:/@"'<>]{1,1024}@/g, `://${HIDDEN}@`],
  // The addresses of bots and of web hooks are passwords.
  [/\/bot\d{1,20}:[\w-]+/g, `/bot${HIDDEN}`],
  [/(\/webhooks\/\d{1,20}\/)[\w-]+/g, `$1${HIDDEN}`],
  [/\beyJ[\w-]{1,2048}\.[\w-]{1,2048}\.[\w-]*/g, HIDDEN],
  [/\b(Bearer|Basic)\s{1,8}[\w.~+/=-]{6,}/gi, `$1 ${HIDDEN}`],
  [new RegExp(`((?:${NAMES})["']?\\s{0,8}[=:]\\s{0,8})(${QUOTED}|[^\\s;,&"'}\\]]+)`, 'gi'), `$1${HIDDEN}`],
]

/**
 * A text without the secrets that stand in it by the custom of URLs, headers, queries and configurations.
 *
 * @example
 * redactText('cannot reach kafka://desk:pa55@broker:9092') // => 'cannot reach kafka://desk:***@broker:9092'
 */
export const redactText = (text: string): string =>
  secrets.reduce((redacted, [pattern, shown]) => redacted.replace(pattern, shown), text)
