"""What every resource of the sandbox needs: state, requests, responses, schemas, background jobs."""
