import { met, type Requirement } from './requirement.ts'

const verify = 'latchkey/token/verify'

/** V9. */
export const tokens: readonly Requirement[] = [
  met(
    'V9.1.1',
    1,
    'the signature is checked before any claim is read',
    `${verify}: the signature is checked before any claim is read`,
  ),
  met(
    'V9.1.2',
    1,
    'a key is of one algorithm; a public key is never a secret; there is no none',
    `${verify}: verify refuses: `,
  ),
  met(
    'V9.1.3',
    1,
    'keys are those of the configuration; jku, x5u and jwk are not read',
    `${verify}: verify refuses: `,
  ),
  met('V9.2.1', 1, 'exp and nbf, with a tolerance of seconds', `${verify}: verify refuses: `),
  met(
    'V9.2.2',
    2,
    'typ says what a token is for',
    'latchkey/guard/issuers/types-of-tokens: and no type refuses a token made for something else',
  ),
  met(
    'V9.2.3',
    2,
    'a guard without an audience is no guard',
    'latchkey/guard/issuers/issuer: only its access tokens for this audience are let through',
  ),
  met('V9.2.4', 2, 'every token names its audience', 'tokens/revocations: of ours is taken'),
]
