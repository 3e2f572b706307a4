import { cookieRows } from './cookie-rows.ts'
import { credentialRows } from './credential-rows.ts'
import { dpopRows } from './dpop-rows.ts'
import { headerRows } from './header-rows.ts'
import { optionalRows } from './optional-rows.ts'
import { policyRows } from './policy-rows.ts'
import { requestRows } from './request-rows.ts'
import type { Row } from './row.ts'
import { tokenRows } from './token-rows.ts'

/**
 * What every adapter answers to every kind of request, for the tests that drive it over HTTP and for the page that
 * shows it. They are asked in this order, and a few of a file look at what the one before left: a proof that was used, a
 * password that was wrong.
 */
export const rows: readonly Row[] = [
  ...headerRows,
  ...tokenRows,
  ...policyRows,
  ...dpopRows,
  ...cookieRows,
  ...credentialRows,
  ...optionalRows,
  ...requestRows,
]
