import { type Route, serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import { consoleFileRoute, consoleOpener, consolePageRoute, consoleWithSlash, frontDoor } from './console.ts'
import type { BuildConsole } from './console-files.ts'
import { type DebuggerGround, debuggerRoute } from './debugger.ts'
import { openApiDocument, referencePageRoute } from './documents.ts'

/** What people open in a browser that belongs to no other part. */
interface Given {
  readonly routes: () => readonly Route[]
  readonly issuer: string
  readonly buildConsole?: BuildConsole | undefined
  readonly debugger: Pick<DebuggerGround, 'access' | 'isSignedIn'>
}

export function createPages({ buildConsole, debugger: debugging, ...described }: Given): Part {
  const open = consoleOpener(buildConsole)
  const { issuer } = described
  return {
    routes: [
      ...serve(described, [openApiDocument, referencePageRoute]),
      ...serve(open, [frontDoor, consolePageRoute, consoleWithSlash, consoleFileRoute]),
      ...serve({ open, issuer, ...debugging }, [debuggerRoute]),
    ],
    jobs: [],
  }
}
