import { MillraceError } from '../errors.ts'

/*
 * Texts as bytes:  u32 number of texts, u32 size of each in bytes, then their UTF-8, one behind the other.
 */

/** Fails: Defect LOG_SCHEMA when one is not a text, or not well-formed Unicode (it would come back as another text). */
export const encodeTexts = (texts: readonly string[]): Uint8Array => {
  const head = new Uint32Array(texts.length + 1)
  head[0] = texts.length
  for (let index = 0; index < texts.length; index++) {
    const text = texts[index]!
    if (typeof text !== 'string' || !text.isWellFormed())
      throw new MillraceError('LOG_SCHEMA', `a text must be well-formed Unicode, not ${JSON.stringify(text)}`)
    head[index + 1] = Buffer.byteLength(text)
  }
  return Buffer.concat([new Uint8Array(head.buffer), Buffer.from(texts.join(''))])
}

/** Undefined when the bytes are not what `encodeTexts` writes. */
export const decodeTexts = (bytes: Uint8Array): readonly string[] | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = bytes.length < 4 ? -1 : view.getUint32(0, true)
  let start = 4 + 4 * count
  if (count < 0 || start > bytes.length) return undefined
  const texts: string[] = []
  for (let index = 0; index < count; index++) {
    const end = start + view.getUint32(4 + 4 * index, true)
    const text = end > bytes.length ? undefined : decodeUtf8(bytes.subarray(start, end))
    if (text === undefined) return undefined
    texts.push(text)
    start = end
  }
  return start === bytes.length ? texts : undefined
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const decodeUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
