import type { Migration } from '../migrations.ts'

export const activityTargets: Migration = {
  name: '0053-activity-targets',
  statements: [
    // Nobody looks for an event by a target that it does not have.
    'DROP INDEX activity_by_target',
    'CREATE INDEX activity_by_target ON activity (target, id) WHERE target IS NOT NULL',
  ],
}
