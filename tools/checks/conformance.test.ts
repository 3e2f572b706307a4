import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proofFault } from '../../packages/server/test/proof-fault.ts'
import { plans, standards } from '../docs/conformance-page.ts'

for (const { name, requirements } of [...standards, ...plans]) {
  test(`every requirement of ${name} has a test that is there, or a reason`, () => {
    const faults = requirements.flatMap(({ id, says, position, reason, proofs }) => [
      ...(position === 'met' && proofs.length === 0 ? [`${id}, ${says}: no test proves it`] : []),
      ...(position !== 'met' && (reason ?? '').length < 6 ? [`${id}, ${says}: no reason`] : []),
      ...proofs.flatMap((proof) => {
        const isVague = proof.row === undefined && proof.title.length < 6
        const fault = isVague ? 'the title is too short to say anything' : proofFault(proof)
        return fault === undefined ? [] : [`${id}, ${says}: ${fault}`]
      }),
    ])
    assert.deepEqual(faults, [])
  })
}

test('no standard, and no module of a plan, is there twice', () => {
  const names = [...standards, ...plans].map(({ name }) => name)
  assert.equal(new Set(names).size, names.length)
  for (const { name, requirements } of plans) {
    const ids = requirements.map(({ id }) => id)
    assert.equal(new Set(ids).size, ids.length, name)
  }
})

const faulty: readonly [string, Parameters<typeof proofFault>[0]][] = [
  ['a file that is not there', { file: 'tests/none.test.ts', title: 'a test', row: undefined }],
  [
    'a title that is not there',
    { file: 'tools/checks/conformance.test.ts', title: 'nobody', row: undefined },
  ],
  [
    'a row that is not there',
    { file: 'tools/checks/conformance.test.ts', title: 'is noticed', row: 'x'.repeat(7) },
  ],
]
for (const [name, proof] of faulty) {
  test(`a proof by ${name} is noticed`, () => assert.equal(typeof proofFault(proof), 'string'))
}
