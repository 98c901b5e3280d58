import { indexed } from '../engine/testing/operator/indexed.ts'
import { operatorContract } from '../engine/testing/operator-contract.ts'

for (const [path, subject] of await indexed(import.meta.dirname)) operatorContract(path, subject)
