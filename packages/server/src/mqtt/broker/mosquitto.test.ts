/**
 * Mosquitto's packet tests, sent to our broker over sockets. They are not ours to ship: they lie beside the repository where
 * they are at all, in the folder `shared/vectors/mosquitto`, whose SOURCE.md says where they come from.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { haveFlows, play, readFlows } from '../../../test/mosquitto.ts'
import { differences } from '../../../test/mosquitto-differences.ts'

describe("Mosquitto's packet tests", { skip: !haveFlows && 'the vectors are not here' }, () => {
  const flows = haveFlows ? readFlows() : []
  const allowed = new Map(differences.flatMap(({ flows }) => Object.entries(flows)))

  test('are all there, and every allowed difference is that of one of them', () => {
    assert.equal(flows.length, 1826)
    assert.equal(new Set(flows.map(({ name }) => name)).size, flows.length)
    const names = new Set(flows.map(({ name }) => name))
    assert.deepEqual(
      [...allowed.keys()].filter((name) => !names.has(name)),
      [],
    )
  })

  for (const file of new Set(flows.map(({ file }) => file))) {
    test(`${file}: every flow goes as Mosquitto expects, or differs as we say`, async () => {
      const own = flows.filter((flow) => flow.file === file)
      const played = await Promise.all(own.map(async (flow) => [flow.name, await play(flow)] as const))
      assert.deepEqual(
        Object.fromEntries(played.filter(([, outcome]) => outcome !== 'as expected')),
        Object.fromEntries(own.flatMap(({ name }) => (allowed.has(name) ? [[name, allowed.get(name)]] : []))),
      )
    })
  }
})
