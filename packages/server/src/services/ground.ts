import type { TokensGround } from '../tokens/ground.ts'

export type ServicesGround = TokensGround
