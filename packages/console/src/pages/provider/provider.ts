import type { Answer } from '../../api/api.ts'

/** A provider as its page has it. */
export type Provider = Answer<'GET /v1/providers/{key}'>
