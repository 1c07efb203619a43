import { openMemoryStore } from './memory.ts';
import { storeSuite } from './suite.ts';

storeSuite('a memory store', async () => openMemoryStore());
