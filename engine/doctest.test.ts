import { doctestContract, exportsOf } from './testing/doctest-contract.ts'

doctestContract(import.meta.dirname, await exportsOf(import.meta.dirname))
