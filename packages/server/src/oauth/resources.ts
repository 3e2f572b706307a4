import type { FindTarget } from '../tokens/target.ts'

/**
 * The audience of a service as it is registered, for a `resource` that may differ from it by an empty path; null for this server
 * itself.
 * @throws {Refusal} `resource_unknown`
 */
export async function audienceOf(
  findTarget: FindTarget,
  resource: string | undefined,
): Promise<string | null> {
  return (await findTarget(resource))?.audience ?? null
}
