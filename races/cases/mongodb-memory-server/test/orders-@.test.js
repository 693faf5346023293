const { MongoMemoryServer } = require("mongodb-memory-server");

let mongod;

beforeAll(async () => {
  mongod = await MongoMemoryServer.create();
}, 60_000);

afterAll(async () => {
  await mongod?.stop();
});

test("orders @NUMBER@", () => {
  expect(mongod.getUri()).toMatch(/^mongodb:/);
});
