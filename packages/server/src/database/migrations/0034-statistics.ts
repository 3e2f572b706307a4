import type { Migration } from '../migrations.ts'

export const statistics: Migration = {
  name: '0034-statistics',
  statements: [
    // The day on which the data was built that gave the region, in days since the epoch; null for what no such data gave.
    `ALTER TABLE activity ADD COLUMN region_day INTEGER`,

    // Roll-ups: how often something happened within a minute, an hour and a day.
    `CREATE TABLE activity_counts (
      -- the measure, and the dimension behind a dot where it is counted by one
      series  TEXT   NOT NULL,
      -- the length of the bucket in milliseconds
      grain   BIGINT NOT NULL,
      start   BIGINT NOT NULL,
      outcome TEXT   NOT NULL,
      -- of the dimension; empty without one
      value   TEXT   NOT NULL,
      count   BIGINT NOT NULL,
      PRIMARY KEY (series, grain, start, outcome, value)
    )`,
    `CREATE INDEX activity_counts_by_time ON activity_counts (grain, start)`,

    // How many devices were connected: by each process at the last sample of a minute, and over all of them at the most of an
    // hour and of a day.
    `CREATE TABLE activity_online (
      grain   BIGINT NOT NULL,
      start   BIGINT NOT NULL,
      -- empty for all of them
      process TEXT   NOT NULL,
      devices BIGINT NOT NULL,
      PRIMARY KEY (grain, start, process)
    )`,

    // The addresses that were refused most often in an hour.
    `CREATE TABLE activity_refused_addresses (
      start   BIGINT NOT NULL,
      address TEXT   NOT NULL,
      count   BIGINT NOT NULL,
      -- so many of the count may be of addresses that gave up their place to this one
      surplus BIGINT NOT NULL,
      PRIMARY KEY (start, address)
    )`,

    `CREATE TABLE activity_seen_regions (
      -- a person; empty for the whole server
      subject  TEXT   NOT NULL,
      region   TEXT   NOT NULL,
      first_at BIGINT NOT NULL,
      -- 0 for the first region of all, beside which nothing is new
      is_new   BIGINT NOT NULL,
      PRIMARY KEY (subject, region)
    )`,
    `CREATE INDEX activity_new_regions ON activity_seen_regions (first_at) WHERE is_new = 1`,
  ],
}
