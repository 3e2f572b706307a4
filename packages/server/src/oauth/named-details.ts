import type { DeviceDetail } from '../authorization-details.ts'
import { detailsOf } from './details.ts'
import type { OauthGround, Person } from './ground.ts'

/** A detail, as its person is shown it. */
export interface NamedDetail extends DeviceDetail {
  readonly name: string
}

/** What of these details a person has to give, with what the devices are called. */
export async function named(
  ground: Pick<OauthGround, 'decideDevice' | 'namesOfDevices' | 'world'>,
  person: Pick<Person, 'id' | 'scopes'>,
  details: readonly DeviceDetail[],
): Promise<readonly NamedDetail[]> {
  const held = await detailsOf(ground, person, details)
  const names = await ground.namesOfDevices(held.map(({ identifier }) => identifier))
  return held.map((detail) => ({ ...detail, name: names.get(detail.identifier) ?? detail.identifier }))
}
