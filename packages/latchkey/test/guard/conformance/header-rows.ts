import { good, signed } from '../guarded-api.ts'
import { admitted, ambiguous, invalid, malformed, nothing } from './outcomes.ts'
import type { Row } from './row.ts'

/** What an Authorization header may look like, and what is no header at all. */
export const headerRows: readonly Row[] = [
  { number: 0, name: 'a good token', authorization: good, ...admitted },
  { number: 0, name: '`bearer` in small letters', authorization: good.replace('B', 'b'), ...admitted },
  { number: 0, name: 'two spaces after the scheme', authorization: good.replace(' ', '  '), ...admitted },
  { number: 0, name: 'a good token, POST', method: 'POST', authorization: good, ...admitted },
  { number: 1, name: 'no Authorization', ...nothing },
  { number: 1, name: 'an empty Authorization', authorization: '', ...nothing },
  { number: 1, name: 'a token in the query only', path: `/me?access_token=${signed()}`, ...nothing },
  { number: 1, name: 'a token in a cookie only', headers: { cookie: `token=${signed()}` }, ...nothing },
  { number: 2, name: 'another scheme', authorization: 'Digest dXNlcjpwYXNz', ...nothing },
  { number: 2, name: 'a scheme that begins as ours does', authorization: `Bearers ${signed()}`, ...nothing },
  { number: 2, name: 'a tab after the scheme', authorization: `Bearer\t${signed()}`, ...nothing },
  { number: 2, name: 'a token without a scheme', authorization: signed(), ...nothing },
  { number: 3, name: '`Bearer` and nothing', authorization: 'Bearer', ...malformed },
  { number: 3, name: 'a tab before the token', authorization: `Bearer \t${signed()}`, ...malformed },
  { number: 3, name: 'two tokens', authorization: `${good} ${signed()}`, ...malformed },
  { number: 3, name: 'characters that no token has', authorization: 'Bearer a,b', ...malformed },
  { number: 3, name: 'a token in quotes', authorization: `Bearer "${signed()}"`, ...malformed },
  { number: 3, name: 'a comma after the token', authorization: `${good},`, ...malformed },
  {
    number: 3,
    name: 'a token of 16,384 characters, which a verifier judges',
    path: '/large',
    authorization: `Bearer ${'a'.repeat(16_384)}`,
    ...invalid('The token is malformed'),
  },
  {
    number: 3,
    name: 'a token over 16,384 characters',
    path: '/large',
    authorization: `Bearer ${'a'.repeat(16_385)}`,
    ...malformed,
  },
  { number: 3, name: 'two Authorization lines', authorization: [good, good], ...ambiguous },
  {
    number: 3,
    name: 'two Authorization lines of two schemes',
    authorization: ['Basic dXNlcjpwYXNz', good],
    ...ambiguous,
  },
  {
    number: 4,
    name: 'a good token, and another in the query, which is not read',
    path: '/me?access_token=other',
    authorization: good,
    ...admitted,
  },
]
