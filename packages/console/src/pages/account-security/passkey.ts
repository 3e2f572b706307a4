import type { Answer } from '../../api/api.ts'

export type Passkey = Answer<'GET /v1/me/passkeys'>['passkeys'][number]
