import { met, notApplicable, notYet, operators, type Requirement } from './requirement.ts'

/** V8. */
export const authorization: readonly Requirement[] = [
  met(
    'V8.1.1',
    1,
    'the OpenAPI document names the permission of each route, and docs/permissions.md the relations to devices',
    'http/openapi: gives every parameter of a path as required, and says for whom a route is',
  ),
  met(
    'V8.1.2',
    2,
    "docs/accounts.md, 'Ways to sign in': permissions rule routes and devices, and not single fields",
    'http/openapi: what the routes answer is what it says',
  ),
  met(
    'V8.1.3',
    3,
    "docs/accounts.md, 'Ways to sign in' and 'Guessing': address, browser and time, and what each decides",
    'accounts/sign-in/attempts: an address is known for thirty days',
  ),
  notYet('V8.1.4', 3, 'there is no risk that is reckoned from several of them'),
  met(
    'V8.2.1',
    1,
    'the edge checks the permission of a route before the body is read',
    'http/access: who asks for … is refused',
    'api-keys/doors: take one, and all others refuse it whatever scopes it has',
  ),
  met(
    'V8.2.2',
    1,
    'one function decides about acting on people, and one about acting on devices',
    'permissions: … is refused',
    'devices/keys/impersonation: has no permission for it',
  ),
  met(
    'V8.2.3',
    2,
    'a body has the members of its schema and no others; views show what they list',
    'http/openapi: says what a body must hold, and that it may hold nothing else',
  ),
  notYet('V8.2.4', 3, 'address and browser count at sign-in, and not during a session'),
  met(
    'V8.3.1',
    1,
    'the console decides nothing: the server does',
    'tests/console-pages: … is not found and not opened without its permission',
  ),
  met(
    'V8.3.2',
    3,
    'at once at the server, and within a second at verifiers, for scopes of services as for permissions',
    'accounts/users/users: another type counts at once',
    'rights/rights: closes a connection of the other',
    'services/end-tokens: all tokens for a service end when',
    'api-keys/end: everywhere, and for good: ',
  ),
  met(
    'V8.3.3',
    3,
    'services pass the token of the person on, and verify it themselves',
    'latchkey/guard/guard: a guard that remembers tokens still hears of a revocation',
  ),
  notApplicable('V8.4.1', 2, 'one server is one tenant'),
  operators(
    'V8.4.2',
    3,
    'require a second factor of administrators, and keep the console on a network of your own',
  ),
]
