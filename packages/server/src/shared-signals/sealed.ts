import type { SealedRows } from '../secrets/resealing.ts'
import { findSealedAuthorizations, replaceSealedAuthorization } from './store.ts'

/** What a sealed header is for. */
export const contextOf = (stream: string) => `authorization of the stream ${stream}`

/** The headers with which is pushed, to be sealed anew. */
export const sealedStreamAuthorizations: SealedRows = {
  name: 'authorizations of streams',
  find: findSealedAuthorizations,
  replace: replaceSealedAuthorization,
  contextOf,
}
