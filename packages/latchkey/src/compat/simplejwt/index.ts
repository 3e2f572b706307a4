/** djangorestframework-simplejwt for web frameworks of Node. What differs, and why, is in docs/compat-simplejwt.md. */
export * from '../rest-framework/index.ts'
export { JWTAuthentication, JWTStatelessUserAuthentication } from './authentication.ts'
export type { Release } from './backend.ts'
export { InvalidToken, TokenError } from './errors.ts'
export type { Kit } from './kit.ts'
export type { Serializer, SerializerClass } from './serializer.ts'
export {
  TokenBlacklistSerializer,
  TokenObtainPairSerializer,
  TokenObtainSlidingSerializer,
  TokenRefreshSerializer,
  TokenRefreshSlidingSerializer,
  TokenVerifySerializer,
} from './serializers.ts'
export type { SimpleJwt, SimpleUsers } from './settings.ts'
export { createSimpleJwt, type SimpleJwtViews, type Surroundings } from './simplejwt.ts'
export { MemoryTokenStore, type OutstandingToken, type TokenStore } from './token-store.ts'
export { TokenUser } from './token-user.ts'
export {
  AccessToken,
  RefreshToken,
  SlidingToken,
  type Token,
  type TokenClass,
  UntypedToken,
} from './tokens.ts'
