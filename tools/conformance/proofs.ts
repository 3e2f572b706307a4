// Tests that prove many requirements, each by the name of its row or its title.

const of = (test: string) => (row: string) => `${test} > ${row}`
const titled = (file: string) => (title: string) => `${file}: ${title}`

export const authorizing = titled('oauth/authorize/authorize')
/** A request whose fault the application is told. */
export const told = of(authorizing('…: the application is told …'))
/** A request whose fault nobody but the person is told. */
export const paged = of(authorizing('a request … is answered by a page that sends nobody away'))
export const taken = of(authorizing('… is taken'))
export const codeWith = of(authorizing('a code with … is refused, and can be redeemed afterwards'))
export const decided = of('oauth/authorize/decide: …: …')
export const requests = titled('oauth/standards-requests')
export const answers = titled('oauth/standards-answers')
export const onlyPost = of(requests('… takes POST alone'))
export const endpoints = titled('oauth/endpoints')
export const faultyLogout = of(endpoints('…: nobody is sent anywhere, or signed out'))
export const clientRefused = of('oauth/clients/authenticate: refuses …: …')
export const clientTaken = of('oauth/clients/authenticate: takes …')
export const tokens = titled('oauth/token/token')
export const tokenRefused = of(tokens('refuses … as RFC 6749 section 5.2 says: …'))
export const exchange = titled('oauth/token/token-exchange')
export const exchangeRefused = of(exchange('refuses …: …'))
export const devices = titled('oauth/device/device')
export const details = titled('oauth/details')
export const registration = titled('applications/registration/registration')
export const registrationRefused = of(registration('refuses …: …'))
export const badRedirect = of('applications/redirects: is refused: … of …')
export const otherRedirect = of('applications/redirects: … is none of a … one')
export const boundGrants = titled('tokens/bound-grants')
export const proofRefused = of(boundGrants('… refuses a proof …, whoever asks, and the log says why: …'))
export const proofTaken = of(boundGrants('… takes a proof …'))
export const boundRefused = of(
  'tokens/bound-tokens: opens nothing …, and the log tells whose it is and why: …',
)
export const guardProof = of(
  'latchkey/guard/authenticators/dpop: a proof is refused, RFC 9449 section 4.3 step …: …',
)
export const ourTokenRefused = of(
  'tokens/revocations: … is refused as token_invalid, and only the log may know: …',
)
export const judged = titled('tests/oauth-judges')
