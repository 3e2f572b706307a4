import { type Route, serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import { consoleFileRoute, consolePageRoute, consoleWithSlash, frontDoor } from './console.ts'
import { openApiDocument, referencePageRoute } from './documents.ts'

/** What people open in a browser that belongs to no other part. */
export function createPages(described: { routes: () => readonly Route[]; issuer: string }): Part {
  return {
    routes: [
      ...serve(described, [openApiDocument, referencePageRoute]),
      ...serve(undefined, [frontDoor, consolePageRoute, consoleWithSlash, consoleFileRoute]),
    ],
    jobs: [],
  }
}
