import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

// A session, and a factor, are worth as much as the weakest way to get one. The ways are listed here: every route from which
// the code leads to a statement that makes one. Who adds a way adds it to the list, and thinks of the gate.

const doors = [
  {
    what: 'makes a session',
    statements: ['insertSession'],
    routes: [
      ...['logIn', 'logInByPasskey', 'answerFactor', 'signInByForm', 'answerFactorByForm', 'actAsUser'],
      'fromProvider',
      'logInOlder',
      // For an application that a signed-in person has let in.
      'requestToken',
      // It makes one, undoes that, and issues no token.
      'checkAssertionRoute',
    ],
  },
  {
    what: 'makes or removes a factor, or a code that stands for one',
    statements: [
      'insertPendingAuthenticator',
      'takeStep',
      'deleteAuthenticator',
      'insertRecoveryCode',
      'insertPasskey',
      'deletePasskey',
      'deletePasskeys',
      'takeCount',
    ],
    routes: [
      'answerFactor',
      'answerFactorByForm',
      'logInByPasskey',
      'enrolAtSignIn',
      'signInByForm',
      'fromProvider',
      'beginMyAuthenticator',
      'confirmMyAuthenticator',
      'removeMyAuthenticator',
      'renewMyRecoveryCodes',
      'resetUserFactors',
      'registerMyPasskey',
      'removeMyPasskey',
    ],
  },
  {
    what: 'makes the challenge of a passkey',
    statements: ['insertPasskeyChallenge'],
    routes: ['offerMyPasskey', 'offerPasskeySignIn'],
  },
  {
    what: 'makes what stands for a password that was right',
    statements: ['insertChallenge'],
    routes: ['logIn', 'signInByForm', 'fromProvider'],
  },
  {
    what: 'makes what stands for a second factor for a while',
    statements: ['insertRememberedBrowser'],
    routes: ['answerFactor', 'answerFactorByForm'],
  },
  {
    what: 'makes a token that is refreshed',
    statements: ['insertFamily'],
    routes: [
      ...['logIn', 'logInByPasskey', 'answerFactor', 'signInByForm', 'answerFactorByForm', 'logInOlder'],
      ...['requestToken', 'checkAssertionRoute', 'fromProvider'],
    ],
  },
  {
    what: 'makes an account',
    statements: ['insertUser', 'insertNewUsers'],
    routes: ['createUserRoute', 'importUsers', 'registerByForm', 'registerRoute', 'fromProvider'],
  },
  {
    what: 'makes or removes an identity of a provider',
    statements: ['insertIdentity', 'deleteIdentity', 'deleteIdentitiesOf'],
    routes: ['fromProvider', 'unlinkMyIdentityRoute', 'removeUserIdentity'],
  },
  {
    what: 'sets a password',
    statements: ['setPasswordHash', 'replacePasswordHash', 'insertNewUsers'],
    // To sign in hashes the same password anew, where its hash is outdated.
    routes: [
      ...['changeMyPassword', 'acceptInvitationRoute', 'takeUpInvitation', 'logIn', 'signInByForm'],
      ...['recoverRoute', 'setNewPassword', 'importUsers'],
    ],
  },
]

const declarations = declared()

for (const { what, statements, routes } of doors) {
  test(`the routes whose code ${what} are listed`, () => {
    for (const statement of statements) assert.ok(declarations.has(statement), statement)
    const reached = leadingTo(statements)
    const found = [...reached].filter((name) => declarations.get(name)?.some(({ isRoute }) => isRoute))
    assert.deepEqual(found.sort(), [...routes].sort())
  })
}

test('the gate alone makes sessions', () => {
  const makers = [...declarations]
    .filter(([, bodies]) => bodies.some(({ text }) => /\binsertSession\(/.test(text)))
    .map(([name]) => name)
  assert.deepEqual(makers.sort(), [
    'insertSession',
    'openActingSession',
    'openApplicationSession',
    'openSession',
  ])
})

interface Declaration {
  readonly text: string
  readonly isRoute: boolean
}

/** Commands have no routes, and functions of the same names. */
function isLeftOut(name: string): boolean {
  return name.endsWith('.test.ts') || name === 'cli'
}

/** What the sources of the server declare at the top of a file, by name. */
function declared(): ReadonlyMap<string, readonly Declaration[]> {
  const root = join(import.meta.dirname, '../src')
  const found = new Map<string, Declaration[]>()
  for (const file of globSync('**/*.ts', { cwd: root, exclude: isLeftOut })) {
    const parts = readFileSync(join(root, file), 'utf8').split(
      /^(?=(?:export )?(?:async )?(?:function|const|class|interface|type) )/m,
    )
    for (const part of parts) {
      const [, name] = /^(?:export )?(?:async )?(?:function|const|class) (\w+)/.exec(part) ?? []
      if (name === undefined) continue
      const text = part.replaceAll(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
      found.set(name, [...(found.get(name) ?? []), { text, isRoute: /= route\(\{/.test(part) }])
    }
  }
  return found
}

/** Everything whose text calls one of these, or calls what does. */
function leadingTo(statements: readonly string[]): ReadonlySet<string> {
  const reached = new Set(statements)
  for (let size = 0; size !== reached.size; ) {
    size = reached.size
    for (const [name, bodies] of declarations) {
      const calls = bodies.flatMap(({ text }) =>
        [...text.matchAll(/(?<![.\w])(\w+)\(/g)].map(([, called]) => called),
      )
      if (calls.some((called) => called !== name && called !== undefined && reached.has(called)))
        reached.add(name)
    }
  }
  return reached
}
