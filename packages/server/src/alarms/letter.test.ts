import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsOf } from './letter.ts'
import { words } from './words.ts'

const travel = { from: 'FR', to: 'JP', distance_km: 9_700, least_km: 9_000, minutes: 60, speed_kmh: 9_001 }

for (const language of ['en', 'zh-Hant'] as const) {
  const say = words[language]
  for (const { name, facts, said } of [
    { name: 'nothing', facts: null, said: [] },
    { name: 'no facts', facts: {}, said: [] },
    { name: 'a country', facts: { country: 'JP' }, said: [say.country('JP')] },
    { name: 'an end', facts: { ends_at: '2026-12-01' }, said: [say.endsAt('2026-12-01')] },
    { name: 'a journey', facts: travel, said: [say.travel('FR', 'JP', 9_700, 9_000, 60, 9_001)] },
    { name: 'a journey without its speed', facts: { ...travel, speed_kmh: undefined }, said: [] },
  ]) {
    test(`a letter in ${language} says what is known: ${name}`, () => {
      assert.deepEqual(factsOf(facts && JSON.stringify(facts), language), said)
    })
  }
}
