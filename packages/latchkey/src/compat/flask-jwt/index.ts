/** Flask-JWT's surface for web frameworks of Node. What differs, and why, is in docs/compat-flask-jwt.md. */
export type { Answer, Ask } from '../mount/exchange.ts'
export type { Protector } from '../mount/mount.ts'
export { jsonify } from './answers.ts'
export type { Config } from './config.ts'
export { current_identity, get_current_identity } from './current-identity.ts'
export { JWTError } from './errors.ts'
export { type Handlers, JWT, jwt_required, type Surroundings } from './jwt.ts'
