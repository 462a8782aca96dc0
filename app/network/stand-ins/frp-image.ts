import { join } from 'node:path';
import { type BundledImage, readImage } from '../practice/practice-image.ts';

/** The stand-in for the network's frp client, as build/tunnel made it. Throws `practice.asset-missing`. */
export function readFrpClientImage(assets: string): BundledImage {
  return readImage(join(assets, 'frp-stand-in.json'));
}
