import { describe, expect, it } from 'vitest'
import { errorCodes } from './engine/testing/house/codes.ts'
import { contractBlocks } from './engine/testing/house/contract-block.ts'
import { endings, floorPlan, indexes } from './engine/testing/house/floor-plan.ts'
import { listed, subjects, tested } from './engine/testing/house/layout.ts'
import { declared, oneAddress } from './engine/testing/house/libraries.ts'
import { purity, rxjsWithoutTime } from './engine/testing/house/purity.ts'
import { lengths, ownExpect, parameters, refusedForms } from './engine/testing/house/shape.ts'
import { parsed, type Rule, readHouse, report } from './engine/testing/house/source.ts'

const rules: Readonly<Record<string, Rule>> = {
  'each file parses': parsed,
  'rooms stand on the rooms below them': floorPlan,
  'an index is not a way through the house': indexes,
  'imports name files with their ending': endings,
  'each library has one address': oneAddress,
  'each package is declared and used': declared,
  'no room asks a clock, chance, the environment or the console': purity,
  'rxjs brings no time of its own': rxjsWithoutTime,
  'functions, files and lines are short': lengths,
  'parameters are few': parameters,
  'no default exports, enums, any, namespaces, classes': refusedForms,
  'concurrent tests have an expect of their own': ownExpect,
  'folders and files are subjects, not kinds of code': subjects,
  'each operator and strategy is in its index': listed,
  'each operator, strategy and connector has a test beside it': tested,
  'each operator carries its contract block': contractBlocks,
  'each error code is raised and tested': errorCodes,
}

describe('the house', () => {
  const house = readHouse(import.meta.dirname)

  it.each(Object.entries(rules))('%s', (_name, rule) => {
    expect(report(rule(house))).toBe('')
  })
})
