import { type Route, serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import { consoleFileRoute, consoleOpener, consolePageRoute, consoleWithSlash, frontDoor } from './console.ts'
import type { BuildConsole } from './console-files.ts'
import { openApiDocument, referencePageRoute } from './documents.ts'

/** What people open in a browser that belongs to no other part. */
interface Given {
  readonly routes: () => readonly Route[]
  readonly issuer: string
  readonly buildConsole?: BuildConsole | undefined
}

export function createPages({ buildConsole, ...described }: Given): Part {
  return {
    routes: [
      ...serve(described, [openApiDocument, referencePageRoute]),
      ...serve(consoleOpener(buildConsole), [
        frontDoor,
        consolePageRoute,
        consoleWithSlash,
        consoleFileRoute,
      ]),
    ],
    jobs: [],
  }
}
