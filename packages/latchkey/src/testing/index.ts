export type { AskedApp, CallbackApp, FetchApp, InjectApp, Listener, ServerApp } from './ask.ts'
export {
  createTestIssuer,
  type GuardOptionsForTests,
  type SignedIn,
  type TestIssuer,
  type TestIssuerOptions,
  type TestPrincipal,
} from './test-issuer.ts'
