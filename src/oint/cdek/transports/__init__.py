"""HTTP, blocking and asyncio: HttpRequest in, HttpResponse or Failure out, no policy."""
