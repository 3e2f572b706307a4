import { headerRows } from './header-rows.ts'
import { partyRows } from './party-rows.ts'
import { payloadRows } from './payload-rows.ts'
import type { Refused } from './row.ts'
import { segmentRows } from './segment-rows.ts'
import { signatureRows } from './signature-rows.ts'
import { timeRows } from './time-rows.ts'
import { typeRows } from './type-rows.ts'

/** The tokens that a verifier refuses, on every platform. */
export const refused: readonly Refused[] = [
  ...signatureRows,
  ...segmentRows,
  ...headerRows,
  ...typeRows,
  ...payloadRows,
  ...timeRows,
  ...partyRows,
]
