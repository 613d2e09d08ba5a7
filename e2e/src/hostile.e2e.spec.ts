import { startCell } from './cell.ts';
import { hostileInput } from './hostile.contract.ts';

hostileInput(() => startCell());
