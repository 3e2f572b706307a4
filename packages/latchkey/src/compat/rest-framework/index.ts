/** What Django REST framework brings to both of its token packages: the chain of authentications, permissions, exceptions. */
export type { Answer, Ask, Route } from '../mount/exchange.ts'
export { type Protector, urlpatterns } from '../mount/mount.ts'
export { type ApiView, api_view } from './api-view.ts'
export {
  type Authenticated,
  type BaseAuthentication,
  BasicAuthentication,
  SessionAuthentication,
} from './authentication.ts'
export {
  APIException,
  AuthenticationFailed,
  NotAuthenticated,
  PermissionDenied,
  ValidationError,
} from './exceptions.ts'
export {
  AllowAny,
  AND,
  type Authorizing,
  type BasePermission,
  IsAdminUser,
  IsAuthenticated,
  IsAuthenticatedOrReadOnly,
  NOT,
  OR,
} from './permissions.ts'
export type { User, Users } from './users.ts'
