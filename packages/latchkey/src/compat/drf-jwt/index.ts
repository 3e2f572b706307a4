/** django-rest-framework-jwt for web frameworks of Node. What differs, and why, is in docs/compat-drf-jwt.md. */
export * from '../rest-framework/index.ts'
export { JSONWebTokenAuthentication } from './authentication.ts'
export { createDrfJwt, type DrfJwt, type Surroundings } from './drf-jwt.ts'
export type { JwtAuth, Payload } from './settings.ts'
export type { JwtUsers } from './tokens.ts'
