import { test } from 'node:test'
import { type GuardedApp, testSignIn } from '../../packages/latchkey/test/testing/guarded-app.ts'
import { skip } from './conformance.test-support.ts'

if (skip === false) {
  // Loaded here only, for without the packages nothing that imports them is.
  const { default: guardedApps }: { default: readonly GuardedApp[] } = await import(
    './testing.test-support.ts'
  )
  for (const app of guardedApps) testSignIn(app)
} else test('somebody is signed in to the apps of all frameworks', { skip }, () => {})
