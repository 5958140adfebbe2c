"""One small adapter a HTTP library: HttpRequest in, HttpResponse or Failure out, no policy."""
