import type { Answer } from '../../api/api.ts'

export type Overview = Answer<'GET /v1/activity/overview'>

export const outcomes = ['success', 'refused', 'failure', 'alarm'] as const
