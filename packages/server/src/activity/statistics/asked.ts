import { Refusal } from '../../errors.ts'
import type { Outcome } from '../events.ts'
import type { Bucket } from './buckets.ts'
import { canBeAskedBy, type Dimension, type Measure, measures } from './measures.ts'
import type { AskedStatistics } from './read.ts'

/** What a request or a command asks for. */
export interface AskedByText {
  readonly measure: Measure
  readonly by?: Dimension | undefined
  readonly value?: readonly string[] | undefined
  readonly outcome?: readonly Outcome[] | undefined
  readonly bucket?: Bucket | undefined
  readonly limit?: number | undefined
  readonly from?: number | undefined
  readonly to?: number | undefined
}

const dayMs = 86_400_000
const usualMost = 20

/** @throws {Refusal} `request_invalid` for what the measure does not have, or a range that ends before it begins */
export function askedOf(asked: AskedByText, now: number): AskedStatistics {
  const { measure, by, value: values, outcome: outcomes, bucket, limit: most = usualMost } = asked
  const to = asked.to ?? now + 1
  const from = asked.from ?? to - dayMs
  if (by !== undefined && !canBeAskedBy(measure, by))
    throw invalid({
      by: `must be a dimension of ${measure}: ${measures[measure].join(', ') || 'it has none'}`,
    })
  if (values && (by === undefined || by === 'outcome'))
    throw invalid({ value: 'needs a dimension other than outcome in `by`' })
  if (outcomes && measure === 'devices_online') throw invalid({ outcome: 'cannot be asked of a gauge' })
  if (from >= to) throw invalid({ from: 'must be before `to`' })
  return { measure, by, values, outcomes, from, to, bucket, most }
}

function invalid(faulty: Readonly<Record<string, string>>): Refusal {
  const faults = Object.entries(faulty).map(([field, reason]) => ({ field: `/${field}`, reason }))
  const said = Object.entries(faulty).map(([field, reason]) => `${field} ${reason}`)
  return new Refusal('request_invalid', `the query ${said.join(', ')}`, { faults })
}
