import { doctestContract } from '../engine/testing/doctest-contract.ts'

doctestContract(import.meta.dirname)
