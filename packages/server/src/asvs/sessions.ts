import { met, notApplicable, notYet, type Requirement } from './requirement.ts'

const factors = 'accounts/factors/factors'

/** V7. */
export const sessions: readonly Requirement[] = [
  met(
    'V7.1.1',
    2,
    "docs/accounts.md, 'Sessions': thirty days without use, ninety in all",
    'tokens/refresh: slides for thirty days each time and ends for good after ninety',
  ),
  met(
    'V7.1.2',
    2,
    "docs/accounts.md, 'Sessions': a hundred; with one more, the one that was used longest ago ends",
    'accounts/me/me: an account has a hundred sessions',
  ),
  notApplicable('V7.1.3', 2, 'there is no single sign-on over several systems yet'),
  met(
    'V7.2.1',
    1,
    'the server verifies, and each service by itself with the keys',
    'tokens/revocations: … is refused as token_invalid',
  ),
  met(
    'V7.2.2',
    1,
    'signed access tokens of minutes, and refresh tokens that are used once',
    'tokens/refresh: gives a new access token of the same session and another refresh token',
  ),
  met(
    'V7.2.3',
    1,
    'refresh tokens have 256 random bits',
    'secrets/secrets: holds 256 bits from the world’s randomness and nothing else',
  ),
  met(
    'V7.2.4',
    1,
    'each sign-in is a session of its own; the client ends the one that it had before',
    'accounts/sign-in/sign-in: each sign-in is a session of its own',
    'latchkey/client/client: signing in again …',
  ),
  met(
    'V7.3.1',
    2,
    'thirty days without use, or less by the type of the user',
    'tokens/refresh: is over the moment that its thirty days are',
    'accounts/user-types/sign-in-rule: a session that is not used for so long ends, and one that is used goes on',
  ),
  met(
    'V7.3.2',
    2,
    'ninety days, or less by the type of the user',
    'tokens/refresh: is over for good after ninety days',
    'accounts/user-types/sign-in-rule: no session lasts longer, however much it is used, and neither do its tokens',
  ),
  met(
    'V7.4.1',
    1,
    'the session ends at the server at once, and at every verifier within a second by the revocation feed, or by the status list of a service',
    'tokens/revocations: are known to another process within the second',
    'tokens/status-lists/status-lists: the list says so when',
    'accounts/sign-in/cookie-sessions: signing out ends the family and removes the cookie',
  ),
  met(
    'V7.4.2',
    1,
    'disabling ends every session',
    'accounts/users/users: disabling a user ends every session, token, refresh and invitation',
  ),
  met(
    'V7.4.3',
    2,
    'they end without being asked about',
    'accounts/me/me: every other session ends',
    `${factors}: ends every other session when it comes into force, and when it goes`,
  ),
  met(
    'V7.4.4',
    2,
    'the console has it on every page',
    'tests/console-session: who signs out is signed out in every tab',
  ),
  met(
    'V7.4.5',
    2,
    'one session or all of a person: the console, HTTP and the command line',
    'accounts/users/users: an administrator ends one session of a user',
    'accounts/users/users: disabling ends more sessions than one page holds',
  ),
  met(
    'V7.5.1',
    2,
    'a sign-in of the last five minutes for factors and API keys, and the password for addresses',
    `${factors}: takes a sign-in of the last five minutes`,
    'api-keys/make: only somebody who has signed in here lately makes one',
    'accounts/addresses/addresses: whoever holds a session needs the password as well',
  ),
  met(
    'V7.5.2',
    2,
    'people see their sessions, and end those of other browsers with a sign-in of the last five minutes',
    'accounts/me/me: whoever signed in longer ago than five minutes ends their own session alone',
    'accounts/me/me: all other sessions are ended at once',
  ),
  notYet(
    'V7.5.3',
    3,
    'there is a fresh sign-in for factors and addresses, and not for what administrators do',
  ),
  notApplicable('V7.6.1', 2, 'there are no relying parties yet'),
  notApplicable('V7.6.2', 2, 'there are no relying parties yet'),
]
