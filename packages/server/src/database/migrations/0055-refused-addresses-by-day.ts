import type { Migration } from '../migrations.ts'

export const refusedAddressesByDay: Migration = {
  name: '0055-refused-addresses-by-day',
  statements: [
    // An overview of 30 days added up 720 hours of 200 addresses each: it was nearly all of what it took.
    `CREATE TABLE activity_refusal_addresses (
      -- the length of the bucket in milliseconds: an hour or a day
      grain   BIGINT NOT NULL,
      start   BIGINT NOT NULL,
      address TEXT   NOT NULL,
      count   BIGINT NOT NULL,
      -- so many of the count may be of addresses that gave up their place to this one
      surplus BIGINT NOT NULL,
      PRIMARY KEY (grain, start, address)
    )`,
    `INSERT INTO activity_refusal_addresses (grain, start, address, count, surplus)
       SELECT 3600000, start, address, count, surplus FROM activity_refused_addresses`,
    `INSERT INTO activity_refusal_addresses (grain, start, address, count, surplus)
       SELECT 86400000, day, address, count, surplus FROM (
         SELECT day, address, count, surplus, ROW_NUMBER() OVER (PARTITION BY day ORDER BY count DESC, address) AS place
           FROM (
             SELECT start - start % 86400000 AS day, address, CAST(SUM(count) AS BIGINT) AS count,
                    CAST(SUM(surplus) AS BIGINT) AS surplus
               FROM activity_refused_addresses GROUP BY 1, 2
           ) AS days
       ) AS placed WHERE place <= 500`,
    'DROP TABLE activity_refused_addresses',
  ],
}
