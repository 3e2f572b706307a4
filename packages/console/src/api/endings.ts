import type { Operations } from './operations.ts'

type OperationName = keyof Operations

/**
 * Operations beside those of DELETE that end something that somebody has: a session, a share, a grant, a factor, a link, an account.
 * Which operations of pages end nothing stands in endings.test.ts, which knows every one that a page calls.
 */
export const endings = [
  'POST /v1/applications/{id}/disable',
  'POST /v1/applications/{id}/secrets',
  'POST /v1/apps/{id}/disable',
  'POST /v1/apps/{id}/keys/{kid}/revoke',
  'POST /v1/keys/rotate',
  'POST /v1/keys/{kid}/revoke',
  'POST /v1/me/addresses/{address}/remove',
  'POST /v1/me/factors/forget-browsers',
  'POST /v1/me/factors/recovery-codes',
  'POST /v1/me/sessions/end-others',
  'POST /v1/providers/{key}/disable',
  'POST /v1/revocations',
  'POST /v1/services/{id}/disable',
  'POST /v1/services/{id}/keys/rotate',
  'POST /v1/services/{id}/keys/{kid}/revoke',
  'POST /v1/services/{id}/shared-keys',
  'POST /v1/users/bulk',
  'POST /v1/users/{id}/delete',
  'POST /v1/users/{id}/disable',
  'POST /v1/users/{id}/factors/reset',
  'POST /v1/users/{id}/invite',
  'POST /v1/users/{id}/reset',
  'POST /v1/users/{id}/sessions/end-all',
  'POST /v1/webhooks/{id}/rotate-secret',
] as const satisfies readonly OperationName[]

export type EndingName = Extract<OperationName, `DELETE ${string}`> | (typeof endings)[number]

declare const wasTold: unique symbol

/** Proof that a person was told what an act means, and pressed again. Only elements/confirm.tsx makes one. */
export interface Confirmed {
  readonly [wasTold]: true
}
