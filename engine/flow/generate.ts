/** False where the platform forbids `new Function` (--disallow-code-generation-from-strings). */
export const mayGenerate = (): boolean => {
  try {
    return new Function('return true')() === true
  } catch {
    return false
  }
}
