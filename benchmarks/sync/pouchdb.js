// node pouchdb.js ROWS.json FOLDER: replicates six groups' databases into the office's; prints what that took.
const fs = require("fs");
const path = require("path");
const PouchDB = require("pouchdb");

const asDocument = ({ id, ...rest }) => ({ _id: id, ...rest });

async function written(rows, folder) {
  const db = new PouchDB(folder);
  const made = await db.bulkDocs(rows.made.map(asDocument));
  const revisions = new Map(made.map((one) => [one.id, one.rev]));
  await db.bulkDocs(rows.edited.map((row) => ({ ...asDocument(row), _rev: revisions.get(row.id) })));
  return db;
}

async function main(file, folder) {
  const given = JSON.parse(fs.readFileSync(file, "utf8"));
  const groups = [];
  for (const [n, rows] of given.entries()) {
    groups.push(await written(rows, path.join(folder, `group${n}`)));
  }
  const office = new PouchDB(path.join(folder, "office"));
  const idle = process.memoryUsage().rss;
  const cpu = process.cpuUsage();
  const begun = process.hrtime.bigint();
  for (const group of groups) {
    await PouchDB.replicate(group, office, { batch_size: 1000 });
  }
  const wall = Number(process.hrtime.bigint() - begun) / 1e9;
  const used = process.cpuUsage(cpu);
  const rows = (await office.info()).doc_count;
  const found = { wall, cpu: (used.user + used.system) / 1e6, rows, rss_mb: (process.memoryUsage().rss - idle) / 2 ** 20 };
  console.log(JSON.stringify(found));
}

main(process.argv[2], process.argv[3]).catch((error) => {
  console.error(error);
  process.exit(1);
});
