// What `prisma migrate` and `prisma generate` do before anything else.
import { ensureBinariesExist } from "@prisma/engines";

await ensureBinariesExist();
