import { openFashionPictures, writeFashionPictures } from '../networks/tasks/fashion-files.js'
import { readFashionOriginals } from '../networks/tasks/fashion-originals.js'
import { type FashionOptions, makeFashionPictures } from '../networks/tasks/fashion-pictures.js'

/**
 * Makes the pictures of the fashion task from a folder with the published files, and writes them to another folder. Returns
 * how many pictures that folder has then.
 */
export function writeFashion(originals: string, folder: string, options: FashionOptions): number {
  const training = readFashionOriginals(originals, 'train')
  const testing = readFashionOriginals(originals, 't10k')
  writeFashionPictures(folder, makeFashionPictures({ training, testing }, options), options)
  const { train, validation, test } = openFashionPictures(folder)
  return train.count + validation.count + test.count
}
