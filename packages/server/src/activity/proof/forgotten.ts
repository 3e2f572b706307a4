import type { ActivityRow } from '../store.ts'
import { commit, nameFor, type PartName, partOf, parts, saltOf, shownCommitment } from './entry.ts'

/** What of an event may not be kept, since whom it tells of was forgotten: the part, and the commitment in its place. */
export type ForgottenParts = Readonly<Partial<Record<PartName, string>>>

/** The parts of an event that tell of somebody, with the commitments that stand in their place. */
export function partsAbout(
  event: ActivityRow,
  name: string,
  key: { readonly id: number; readonly secret: Buffer },
): ForgottenParts {
  const about: Partial<Record<PartName, string>> = {}
  for (const part of parts) {
    const text = partOf(event, part)
    if (text === null || nameFor(event, part) !== name) continue
    about[part] = shownCommitment({ key: key.id, hash: commit(saltOf(key.secret, event.id, part), text) })
  }
  return about
}

/** An event without these parts, as `forgetParts` leaves its row. */
export function withoutParts(event: ActivityRow, { who, place, whom }: ForgottenParts): ActivityRow {
  return {
    ...event,
    ...(who !== undefined && { subject: null, who_proof: who }),
    ...(place !== undefined && {
      ...{
        address: null,
        region: null,
        region_day: null,
        client_id: null,
        session_id: null,
        request_id: null,
      },
      place_proof: place,
    }),
    ...(whom !== undefined && { target: null, details: null, whom_proof: whom }),
  }
}
