/** Photos are made small before they travel: at most 1600 pixels, JPEG, without the metadata of the camera. */

const MAX = 1600

async function decode(file: Blob): Promise<ImageBitmap | HTMLImageElement> {
  if (typeof createImageBitmap === 'function') {
    try {
      return await createImageBitmap(file, {imageOrientation: 'from-image'})
    } catch { /* older engines know no options, or not this format */ }
  }
  const url = URL.createObjectURL(file), img = new Image()
  try {
    await new Promise((ok, bad) => { img.onload = ok; img.onerror = bad; img.src = url })
    return img
  } finally {
    URL.revokeObjectURL(url)
  }
}

/** A smaller copy; the file itself where it cannot be read as a picture (the server then says why). */
export async function shrink(file: Blob): Promise<Blob> {
  try {
    const picture = await decode(file)
    const scale = Math.min(1, MAX / Math.max(picture.width, picture.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(picture.width * scale)
    canvas.height = Math.round(picture.height * scale)
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
    const small = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.8))
    return small ?? file
  } catch {
    return file
  }
}
