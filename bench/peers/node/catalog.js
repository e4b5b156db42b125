// The records, in SQLite by Node's own driver or in PostgreSQL by `pg`, with prepared statements.

import { DatabaseSync } from "node:sqlite";

import pg from "pg";

const COLUMNS = ["id", "key", "filename", "content_type", "size", "sha256", "created_at"];

export function openCatalog(database) {
  return database.startsWith("postgres://") ? postgres(database) : sqlite(database);
}

// Every commit is on the disk before it is answered.
function sqlite(path) {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  database.exec(`CREATE TABLE IF NOT EXISTS images (
    id TEXT PRIMARY KEY, key TEXT NOT NULL, filename TEXT, content_type TEXT NOT NULL,
    size INTEGER NOT NULL, sha256 TEXT NOT NULL, created_at TEXT NOT NULL) WITHOUT ROWID`);
  const insert = database.prepare(
    `INSERT INTO images (${COLUMNS}) VALUES (${COLUMNS.map(() => "?")})`,
  );
  const find = database.prepare("SELECT * FROM images WHERE id = ?");
  const remove = database.prepare("DELETE FROM images WHERE id = ?");
  return {
    insert: (image) => insert.run(...COLUMNS.map((column) => image[column])),
    find: (id) => find.get(id),
    delete: (id) => remove.run(id),
  };
}

async function postgres(connectionString) {
  const pool = new pg.Pool({ connectionString, max: 10 });
  await pool.query(`CREATE TABLE IF NOT EXISTS images (
    id UUID PRIMARY KEY, key TEXT NOT NULL, filename TEXT, content_type TEXT NOT NULL,
    size INTEGER NOT NULL, sha256 TEXT NOT NULL, created_at TIMESTAMPTZ NOT NULL)`);
  const places = COLUMNS.map((_, index) => `$${index + 1}`);
  const insert = { name: "insert", text: `INSERT INTO images (${COLUMNS}) VALUES (${places})` };
  const find = { name: "find", text: "SELECT * FROM images WHERE id = $1" };
  const remove = { name: "delete", text: "DELETE FROM images WHERE id = $1" };
  return {
    insert: (image) => pool.query({ ...insert, values: COLUMNS.map((column) => image[column]) }),
    find: async (id) => (await pool.query({ ...find, values: [id] })).rows[0],
    delete: (id) => pool.query({ ...remove, values: [id] }),
  };
}
