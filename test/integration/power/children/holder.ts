/* A process that holds a power limit through the real helper until it is killed. */
import { PowerHelper } from '../../../../app/adapters/power-helper/helper.ts';

const [file = '', card = ''] = process.argv.slice(2);
const helper = await PowerHelper.start({ way: 'root', command: [file], env: process.env });
await helper.ask(`cap ${card} 200000`);
await helper.ask(`clocks ${card} 0 1500`);
process.send?.('held');
